"""TABLE: the words for an action in the log; the key stands in code and table."""

WORDS = {
    "company.create": "Set up the company",
    "settings.change": "Changed the settings",
    "seasons.answer": "Answered whether the work follows the seasons",
    "rules.adopted": "Put the start of the rules on record",
    "rules.answer": "Answered whether a bad spell led to the rules",
    "user.add": "Made an account",
    "user.remove": "Took an account away",
    "user.reset_password": "Set a new password for an account",
    "user.change_password": "Changed the own password",
    "trustee.set_up": "Set a trustee's passphrase: the next surveys are sealed to it",
    "trustee.change_passphrase": "Changed the trustee's passphrase",
    "trustee.stop": "Ended the trustee's key: the next surveys keep their key in a file",
    "trustee.unlock": "Unlocked the count of a survey",
    "trustee.give_up": "Gave up the answers of a survey: the passphrase is lost",
    "event.log": "Added an event to the log",
    "event.remove": "Took an event out of the log",
    "facts.enter": "Entered the numbers of a month",
    "facts.import": "Imported numbers of months",
    "action.write": "Wrote what was said and done",
    "slips.print": "Printed the slips of a group",
    "slips.reprint": "Made new slips for a group; the unused old ones ended",
    "roster.import": "Imported a list of people",
}


def words_for(action: str) -> str:
    """Return the English sentence for `action`; an unknown one is shown as it is."""
    return WORDS.get(action, action)
