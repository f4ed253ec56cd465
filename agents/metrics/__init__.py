"""What a team's work cost and where its time went: folds over a history, live and afterwards.

The paper's own counts (`paper`) stand beside sounder ones, never in their place. Every fold takes
`observe(event, state)` once per event, after the state has moved past it, and answers at any
moment at a cost that a footer can pay on each frame. None of them stores anything or asks a clock.
"""
