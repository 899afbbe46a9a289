"""The wave notice: what a survey makes public about itself before anybody answers. Table: wave_notices.

Use cases: `publish_notice`, `renew_notice`, the public addresses; also the one script of the survey
page, whose digest a notice states. Knows public keys as bytes and dates; must never know a person,
an invitation, an answer or a private key.
"""
