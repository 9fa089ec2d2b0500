"""What is said to a salon that does everything by hand in place of a sentence that is true of other salons only.

A booking system without an interface (`Dialect.has_interface`) is told nothing and looked into by nobody: its owner
does what was approved, from tasks, and the next list shows it. Each sentence that says otherwise stands here once, with
what is so beside it, which `texts.of(…, by_hand=True)` says on every page, in every letter and command. No behaviour.
"""

from collections.abc import Mapping

from connector.texts_words import N_, NN_

#: sentence → what is so where it is done by hand
INSTEAD: Mapping[str, str] = {
    "The details were gone, but they came back.": N_(
        "They were marked as erased, but the customer is on the list."
    ),
    # who does it, and how it is known that it was done
    "Ovikello looks whether it really happened: at once, tomorrow and after 30 days.": N_(
        "You do it yourself in the booking system, as a task by hand. The next list of customers shows "
        "whether it happened."
    ),
    "Marked as done. Ovikello looks at it once more.": N_("Marked as done, by your word."),
    "approved, goes out soon": N_("approved, comes to your tasks soon"),
    "approved, goes out next": N_("approved, comes to your tasks next"),
    "A sealed copy of what the booking system and Ovikello hold of this customer": N_(
        "A sealed copy of what Ovikello holds of this customer. What the booking system holds you take "
        "out there yourself"
    ),
    "Written down. The marketing ends at once, and the booking system is told.": N_(
        "Written down. The booking system is not told by itself: switch the marketing off there. It "
        "comes first among your tasks."
    ),
    "Ends at once. Needs no proof of who they are, and no code.": N_(
        "Needs no proof of who they are, and no code. You switch it off in the booking system "
        "yourself, at once."
    ),
    "Switched off: from the coming night on the booking system sends them no marketing.": N_(
        "Switched off: after the coming night you have a task for each of them, to switch it off in "
        "the booking system."
    ),
    "The same person: the no counts as theirs, and their marketing is switched off.": N_(
        "The same person: the no counts as theirs, and you get a task to switch their marketing off."
    ),
    "A no to marketing takes effect at once": N_("A no to marketing is written down at once"),
    "What you have approved waits until it may be done": N_("What you have approved waits for the next list"),
    # whose names are where
    (
        "Ovikello keeps no names. It finds a customer by what the booking system knows, and asks the "
        "name there."
    ): N_(
        "Your booking system cannot be asked for names, so the names, telephone numbers and e-mail "
        "addresses of your list are kept here, each customer's sealed by itself. They are destroyed "
        "when the customer is erased."
    ),
    "Telephone, e-mail or the booking system's number": N_(
        "Whole name, telephone, e-mail or the booking system's number"
    ),
    (
        "They may have given you another number or address. They may have been erased: then only the "
        "booking system's number finds them. Or they are so new that the booking system has not told "
        "of them yet."
    ): N_(
        "They may have given you another number or address. They may have been erased: then only the "
        "booking system's number finds them. Or they are so new that they are on no list yet."
    ),
    (
        "Ovikello knows nothing of this customer. They may have been erased long ago, or the booking "
        "system has not told of them yet."
    ): N_(
        "Ovikello knows nothing of this customer. They may have been erased long ago, or they are on "
        "no list yet."
    ),
    "Where a name stands, the booking system has these details just now.": N_(
        "Where a name stands, it is on the latest list."
    ),
    # what only a list can tell
    (
        "Look in the booking system when they were there last, and write that visit down there. "
        "Ovikello hears of it and begins to count."
    ): N_(
        "Bring in the list of visits, or a list of customers with the day of the last visit. Then the "
        "time is counted."
    ),
    "Look in the booking system for the day on which they became customers, and write it down there.": N_(
        "No list tells reliably when somebody became a customer, so nothing is proposed on a guess."
    ),
    "Look in the booking system for the day on which it was written down, and add it there.": N_(
        "No list tells when it was written down, so nothing is proposed on a guess. What is old you "
        "can erase in the booking system yourself."
    ),
    (
        "Look in the booking system at the oldest note: if it has no day, write one. Old notes without "
        "a day may also be erased there by hand."
    ): N_(
        "No list tells how old the notes are, so nothing is proposed on a guess. Look through them in "
        "the booking system, and erase the old ones there."
    ),
    "Look in the booking system whether their receipts have days, and add those that are missing.": N_(
        "Bring in the list of sales, with the day of each."
    ),
    (
        "Raffle entries without a raffle: write the raffle down in the booking system, or erase the "
        "entries there."
    ): N_(
        "No list tells when the raffle was drawn. Erase old raffle entries in the booking system yourself."
    ),
    "It settles by itself when the matter is marked as ended in the booking system.": N_(
        "No list tells when the matter ended, so nothing is proposed on a guess."
    ),
    (
        "Ask them when they come next, and write the permission down in the booking system. Until then "
        "nothing is proposed on a guess."
    ): N_("Ask them when they come next. No list tells of a permission, so nothing is proposed on a guess."),
    (
        "Some yes and some no? Write each permission down in the booking system: Ovikello hears of it, "
        "and stops asking."
    ): N_(
        "Some yes and some no? Switch it off in the booking system for those who say no, and bring in "
        "a new list. Then answer for the others."
    ),
    "Nothing is proposed on a guess. It settles by itself when the booking system tells.": N_(
        "Nothing is proposed on a guess. It settles when a list tells."
    ),
    "The booking system has not told what it holds of them.": N_("No list tells what you keep of them."),
    "The booking system has not told what it holds of this customer.": N_(
        "No list tells what you keep of this customer."
    ),
    (
        "The booking system should tell this by itself. If it still does not after a few nights, ask "
        "whoever installed Ovikello to look at the connection."
    ): N_(
        "Bring in a new list of customers. If it still does not tell, have your booking system export "
        "more columns."
    ),
    "The missing date: when the booking system tells it, the time is counted from that.": N_(
        "The missing date: when a list has it, the time is counted from that."
    ),
    "The booking system: when it tells the missing date, the time is counted from that.": N_(
        "A new list: when it has the missing date, the time is counted from that."
    ),
    "The booking system: when it tells what it holds, this is judged.": N_(
        "A new list: when it tells what you keep, this is judged."
    ),
    "Marketing in the booking system just now": N_("Marketing, by your latest list and what you have ticked"),
    "The customer said no to marketing, and it is still on in the booking system.": N_(
        "The customer said no to marketing, and it is still on: switch it off in the booking system."
    ),
    "The booking system has not told": N_("No list has told"),
    "The booking system has told of no yes and of no no.": N_(
        "No list has told of a no, and none can tell of a yes."
    ),
    "the booking system did not say how": N_("a list does not say how"),
    "Ovikello compared your customers with the booking system, and everything is as you have promised.": N_(
        "Ovikello went through the customers of your latest list, and everything is as you have promised."
    ),
    (
        "Ovikello compared your customers with the booking system. What is due waits for your word, "
        "and everything else is as you have promised."
    ): N_(
        "Ovikello went through the customers of your latest list. What is due waits for your word, and "
        "everything else is as you have promised."
    ),
    "Nothing was proposed on a guess. If it goes on, tell whoever installed Ovikello.": N_(
        "Nothing was proposed on a guess. Bring in a new list of customers."
    ),
    "Nothing is erased before the booking system's list has been compared with what Ovikello knows.": N_(
        "Nothing is erased before you have brought in a list of customers."
    ),
    (
        "Ovikello has not seen the booking system's whole list lately, so nothing is erased. It waits "
        "for the next night."
    ): N_("The list of customers is too old, so nothing is erased. Bring in a new one."),
    "The customer is gone from the booking system already.": N_(
        "The customer is on your latest list no more."
    ),
    "The customer was gone from the booking system already.": N_(
        "The customer was on your latest list no more."
    ),
    "The booking system's list of clients was never compared with the mirror: nothing is judged.": N_(
        "No list of customers has been brought in yet: nothing is proposed on a guess."
    ),
    "The mirror was last compared at {at}, longer ago than the policy allows: nothing is judged.": N_(
        "The list of customers is from {at}, longer ago than your rules allow: nothing is proposed on "
        "a guess."
    ),
    (
        "Clients who had been missing from the booking system are there again, and are looked after as "
        "before: {count}."
    ): N_(
        "Customers who had been missing from your list are on it again, and are looked after as "
        "before: {count}."
    ),
    (
        "The booking system tells of clients who had been erased: {count}. Look there whether they are "
        "in it, and say so with 'ovikello returned'."
    ): N_(
        "Your list has customers who had been erased: {count}. Look in the booking system whether they "
        "are there."
    ),
    "The booking system tells of customers who had been erased: {count}.": N_(
        "Your list has customers who had been erased: {count}."
    ),
    "The booking system has told of this customer since, on %(day)s.": N_(
        "This customer was on a list since, on %(day)s."
    ),
    "Look there whether the customer is really back.": N_(
        "Look in the booking system whether the customer is really back."
    ),
    (
        "Ovikello looks by itself whether the details are really back. If they are, a new erasure "
        "comes up for your approval. Who books anew is a new customer, with another number."
    ): N_(
        "The list says that the details are still there, so a new erasure comes up for your approval. "
        "Look in the booking system whether it is so."
    ),
    "Take them back: the next night brings their details, and their time is counted as before.": N_(
        "Take them back: the next list brings their details, and their time is counted as before."
    ),
}
#: the same of sentences with a number in them, by how they are said of one
INSTEAD_OF_MANY: Mapping[str, tuple[str, str]] = {
    "Approved. It is done within moments, and Ovikello looks whether it happened.": NN_(
        "Approved. In a moment it is among your tasks by hand.",
        "You approved %(count)s things. In a moment they are among your tasks by hand.",
    ),
    (
        "The booking system has told something of %(count)s customer who had been erased. Ovikello let "
        "nothing of it in."
    ): NN_(
        "%(count)s customer who had been erased was on a list again. Ovikello let nothing of it in.",
        "%(count)s customers who had been erased were on a list again. Ovikello let nothing of it in.",
    ),
}
