"""Where templates and migrations lie: inside the wheel, or at the repository's root."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """Return the folder `name` ("templates" or "migrations").

    An editable install does not copy them into the package, hence the second place.
    """
    inside = PACKAGE / "_resources" / name
    folder = inside if inside.is_dir() else PACKAGE.parent / name
    if not folder.is_dir():
        raise FileNotFoundError(f"The folder {name} is missing from this installation.")
    return folder
