"""Who was asked, through which channel, and whether the one credential was issued (identity side).
Tables: invitations, invitation_counts.

Use cases: `invite_wave`, `deliver_invitation`, `issue_credential`, `reduce_wave`. Must never know an answer.
"""
