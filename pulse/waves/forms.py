"""Forms of the room `waves`: buttons only."""

from pulse.web.forms import ManageForm


class WaveForm(ManageForm):
    """A button that acts on one wave."""
