"""The blind signature that parts who was asked from what was said. Tables: issuance_keys, envelope_keys.

Use cases: `create_wave_keys`, `sign_blinded`, `verify_credential`, `unlock_waves`, `destroy_wave_keys`.
Must never know a person, an invitation or an account. Private keys lie in the key directory only.
"""
