"""What can go wrong with a credential."""

from pulse.errors import ConflictError, DeniedError, InvalidError


class CredentialRefusedError(DeniedError):
    """The signature does not stand for this wave and group."""

    message = "This answer could not be accepted: its ticket does not belong to this survey."


class BlindedRefusedError(InvalidError):
    """The blinded message is no number that may be signed."""

    message = "This request could not be read. Please open your link again."


class WaveKeysGoneError(ConflictError):
    """The wave's private keys are destroyed, or were never made."""

    message = "This survey is not open."
