"""Forms of the room `accounts`: shape checks only."""

from wtforms import HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from pulse.accounts import passwords
from pulse.accounts.email_address import LONGEST as LONGEST_EMAIL
from pulse.accounts.permissions import AUTHOR, HR, TRUSTEE
from pulse.accounts.service import LONGEST_NAME, NewInstallation
from pulse.companies.forms import CompanyFields, required
from pulse.companies.service import NewGroup
from pulse.i18n import NAMES
from pulse.ids import FIRST, SECOND
from pulse.web.forms import ManageForm

NEW_PASSWORD_CHECKS = [
    InputRequired("Choose a password."),
    Length(
        passwords.SHORTEST,
        passwords.LONGEST,
        "Choose a password of 10 to 200 characters. A short sentence is fine.",
    ),
]
NEW_PASSWORD = {"autocomplete": "new-password", "minlength": passwords.SHORTEST}
ROLE_NAMES = {HR: "HR", AUTHOR: "Author", TRUSTEE: "Trustee"}
# The author belongs to no company: whoever runs Pulse makes that account.
OFFERED_ROLES = {
    HR: "HR: everything that you can do",
    TRUSTEE: "Trustee: unlocks the count, sees nothing else",
}
EMAIL = {"type": "email", "autocomplete": "username", "spellcheck": "false"}


class LogInForm(ManageForm):
    """Address and password."""

    email = StringField(
        "E-mail address", required("Enter your e-mail address.", LONGEST_EMAIL), render_kw=EMAIL
    )
    password = PasswordField(
        "Password",
        required("Enter your password.", passwords.LONGEST),
        render_kw={"autocomplete": "current-password"},
    )


class SetUpForm(CompanyFields, ManageForm):
    """The first page: twelve fields, everything else has a default."""

    token = HiddenField()
    language = SelectField("Your language", choices=NAMES)
    name = StringField(
        "Your name",
        required("Enter your name.", LONGEST_NAME),
        render_kw={"autocomplete": "name"},
    )
    email = StringField(
        "Your e-mail address",
        required("Enter your e-mail address.", LONGEST_EMAIL),
        render_kw=EMAIL,
    )
    password = PasswordField("Your new password", NEW_PASSWORD_CHECKS, render_kw=NEW_PASSWORD)

    def installation(self) -> NewInstallation:
        """Return what was typed."""
        first, second = (
            NewGroup(
                name_en=self[f"{code}_name_en"].data,
                name_es=self[f"{code}_name_es"].data,
                makes_requests=self.requests_by.data == code,
            )
            for code in (FIRST, SECOND)
        )
        return NewInstallation(
            company_name=self.company_name.data,
            time_zone=self.time_zone.data,
            language=self.language.data,
            first=first,
            second=second,
            results_place=self.results_place.data,
            email=self.email.data,
            name=self.name.data,
            password=self.password.data,
        )


class AddUserForm(ManageForm):
    """An account for a colleague."""

    role = RadioField("What may this person do?", choices=OFFERED_ROLES, default=HR)
    name = StringField("Name", required("Enter the person's name.", LONGEST_NAME))
    email = StringField(
        "E-mail address",
        required("Enter the person's e-mail address.", LONGEST_EMAIL),
        render_kw={"type": "email", "autocomplete": "off"},
    )
    language = SelectField("Language", choices=NAMES)
    password = PasswordField("A first password", NEW_PASSWORD_CHECKS, render_kw=NEW_PASSWORD)


class ChangePasswordForm(ManageForm):
    """A new password for the person logged in."""

    present = PasswordField(
        "Present password",
        required("Enter your present password.", passwords.LONGEST),
        render_kw={"autocomplete": "current-password"},
    )
    new_password = PasswordField("New password", NEW_PASSWORD_CHECKS, render_kw=NEW_PASSWORD)
