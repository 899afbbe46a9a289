"""From a session cookie to the person logged in."""

import uuid

from sqlalchemy.orm import Session

from pulse.accounts import queries
from pulse.accounts.permissions import permissions_of
from pulse.web.context import Identity


def load_identity(session: Session, user_id: uuid.UUID, epoch: int) -> Identity | None:
    """Return who the cookie names, or None where the account or its password has gone since.

    Parameters
    ----------
    epoch
        The user's session epoch when the browser logged in.
    """
    user = queries.find_user(session, user_id)
    if user is None or user.session_epoch != epoch:
        return None
    return Identity(
        user_id=user.id,
        company_id=user.company_id,
        email=user.email,
        name=user.name,
        role=user.role,
        language=user.language,
        permissions=permissions_of(user.role),
    )
