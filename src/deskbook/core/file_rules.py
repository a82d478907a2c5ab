"""The sentences of the file's own rules (constraints and RAISE texts in the migrations), marked for the catalogues; a test compares the two."""
from __future__ import annotations

from deskbook.core.words import N_

SENTENCES = (
    N_("A step of the journal is never changed."),
    N_("A step of the journal is never deleted."),
    N_("The journal is never changed."),
    N_("The journal is never deleted."),
    N_("The postings of an entry must add up to zero."),
    N_("A closed day stays closed; late papers go to the open day."),
    N_("That day is closed; late papers go to the open day."),
    N_("That day, or a later one, is closed already."),
    N_("Only what is shipped has a shipping day."),
    N_("Only what has arrived has somebody who confirmed it."),
    N_("Only a checked shipment can leave."),
    N_("Goods cannot move to where they are."),
    N_("There would be less than nothing on the shelf."),
    N_("More would be shipped than was ordered."),
    N_("Who looks after a party is one of our salespeople."),
    N_("The supplier of an item is a supplier."),
)
