"""TABLE: which role may do what. Views ask for a permission, never for a role."""

HR, AUTHOR, TRUSTEE = "hr", "author", "trustee"

PERMISSIONS: dict[str, frozenset[str]] = {
    HR: frozenset(
        {
            "account.own",
            "report.read",
            "waves.edit",
            "people.edit",
            "invitations.read",
            "slips.print",
            "rules.edit",
            "facts.edit",
            "settings.edit",
            "users.edit",
            "study.share",
        }
    ),
    # No "report.read": who plans a study may not look at a company's numbers before its day.
    AUTHOR: frozenset({"account.own", "study.read", "study.edit"}),
    # The works council or another second person: unlocks the count and sees nothing of it.
    TRUSTEE: frozenset({"account.own", "keys.unlock"}),
}
# The first page of each role after logging in.
HOMES = {TRUSTEE: "/manage/keys", AUTHOR: "/manage/answer"}
HOME = "/manage/"
ROLES = tuple(PERMISSIONS)


def permissions_of(role: str) -> frozenset[str]:
    """Return what `role` may do; an unknown role may do nothing."""
    return PERMISSIONS.get(role, frozenset())


def home_of(role: str) -> str:
    """Return the address of the page where `role` begins."""
    return HOMES.get(role, HOME)
