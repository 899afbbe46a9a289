"""Who was asked and whether the one credential was issued (identity side).

Tables: invitations, invitation_counts. Use cases: `invite_wave`, `mark_issued`, `mark_delivery`,
`resend_failed`, `reduce_wave`. Must never know an answer.
"""
