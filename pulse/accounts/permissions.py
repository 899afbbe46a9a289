"""TABLE: which role may do what. Views ask for a permission, never for a role."""

PERMISSIONS: dict[str, frozenset[str]] = {
    "hr": frozenset(
        {
            "report.read",
            "waves.edit",
            "people.edit",
            "invitations.read",
            "slips.print",
            "rules.edit",
            "settings.edit",
            "users.edit",
        }
    ),
    "author": frozenset({"report.read"}),
}
ROLES = tuple(PERMISSIONS)


def permissions_of(role: str) -> frozenset[str]:
    """Return what `role` may do; an unknown role may do nothing."""
    return PERMISSIONS.get(role, frozenset())
