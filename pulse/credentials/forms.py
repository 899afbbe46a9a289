"""Forms of the trustee: shape checks only."""

from wtforms import BooleanField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from pulse.credentials.passphrase import LONGEST
from pulse.web.forms import ManageForm

PRESENT = [
    InputRequired("Enter your passphrase."),
    Length(max=LONGEST, message="A passphrase has at most 200 characters."),
]
NEW = [
    InputRequired("Choose a passphrase."),
    Length(max=LONGEST, message="A passphrase has at most 200 characters."),
]
AGAIN = [
    InputRequired("Type the passphrase a second time."),
    EqualTo("passphrase", "The two passphrases are not alike. Type the same one twice."),
]
# It is no log-in password: browsers should neither offer nor keep it as one.
TYPED = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class UnlockForm(ManageForm):
    """The passphrase, for the count."""

    passphrase = PasswordField("Your passphrase", PRESENT, render_kw=TYPED)


class SetUpForm(ManageForm):
    """A passphrase for a new key."""

    passphrase = PasswordField("Your passphrase", NEW, render_kw=TYPED)
    again = PasswordField("The passphrase again", AGAIN, render_kw=TYPED)
    understood = BooleanField(
        "I have written it down. If I lose it, the answers of that survey are lost.",
        [InputRequired("Confirm that you have written the passphrase down.")],
    )


class ChangeForm(ManageForm):
    """Another passphrase for the same key."""

    present = PasswordField("Your present passphrase", PRESENT, render_kw=TYPED)
    passphrase = PasswordField("The new passphrase", NEW, render_kw=TYPED)
    again = PasswordField("The new passphrase again", AGAIN, render_kw=TYPED)


class KeyForm(ManageForm):
    """A button."""
