"""What can go wrong with a credential."""

from pulse.errors import ConflictError, DeniedError, InvalidError, RateLimitError
from pulse.waves.states import WAITS_FOR_TRUSTEE


class CredentialRefusedError(DeniedError):
    """The signature does not stand for this wave and group."""

    message = "This answer could not be accepted: its ticket does not belong to this survey."


class BlindedRefusedError(InvalidError):
    """The blinded message is no number that may be signed."""

    message = "This request could not be read. Please open your link again."


class WaveKeysGoneError(ConflictError):
    """The wave's private keys are destroyed, or were never made."""

    message = "This survey is not open."


class EnvelopeLockedError(ConflictError):
    """The key that opens the ballots is sealed to the trustee and not unlocked yet."""

    message = WAITS_FOR_TRUSTEE


class PassphraseWrongError(InvalidError):
    """The passphrase opens none of the keys that it should."""

    message = (
        "This passphrase does not open the key. Check capital letters and spelling, and try again. "
        "Nothing is lost."
    )


class PassphraseTriesError(RateLimitError):
    """Too many wrong passphrases."""

    message = "Too many wrong passphrases. Please wait 15 minutes and try again. Nothing is lost."


class PassphraseTooSimpleError(InvalidError):
    """A passphrase that can be guessed."""

    message = (
        "Choose a passphrase of at least %(shortest)s characters, at least %(symbols)s of them "
        "different."
    )


class PassphraseTooLongError(InvalidError):
    """A passphrase that nobody types."""

    message = "Choose a passphrase of at most %(longest)s characters."


class NoTrusteeKeyError(ConflictError):
    """There is no trustee's key to change or to give up."""

    message = "No trustee's passphrase is set."


class NotWaitingError(ConflictError):
    """The wave does not wait for the trustee."""

    message = "This survey does not wait for your passphrase."


class TrusteeKeyLostError(ConflictError):
    """A wave is sealed to a key that does not lie in the key directory, or a file is damaged."""

    message = (
        "The locked key of this survey is missing or damaged on the server. "
        "Ask whoever runs Pulse whether the key folder was changed."
    )
