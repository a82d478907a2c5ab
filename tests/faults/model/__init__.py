"""A plain model of the whole book in memory: documents as dictionaries, ledgers as sums, and its own idea of what undo means.

It knows nothing of the program: no SQL, no journal, its own arithmetic. A command of the model raises No where the book must refuse.
Ids are foreseen, not read: rows are numbered from 1 in the order they are made, and no number comes back. Each file holds what one part of the
office knows, and builds on those before it: kinds, core, daybook, people, wares, goods, owed, purchases, bills, orders, shipments, deals, returns,
payments, chasing, papers, told; office is all of it.
"""
