"""The one door where a slip without JavaScript becomes a credential and then a ballot.

Two transactions, no tables; the only room above both sides.
"""
