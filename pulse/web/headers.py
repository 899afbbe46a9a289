"""Security headers. No inline script or style anywhere, no third party, nothing cached by default."""

from flask import Flask, Response, request

from pulse.config import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
STATIC_SECONDS = 3600


def install_headers(app: Flask, settings: Settings) -> None:
    """Add the headers to every response."""

    @app.after_request
    def _add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint == "static":
            headers["Cache-Control"] = f"public, max-age={STATIC_SECONDS}"
        else:
            headers["Cache-Control"] = "no-store"
        if settings.is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return response
