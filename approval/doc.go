// Package approval decides sign-offs (会签): who is asked in which order, what
// an opinion does, and when a step or the whole is decided. It waits for
// nothing and touches nothing; a process hosts it and tells it the time.
//
// # How it is built
//
// A SignOff is a subject on its way through a Route of steps. Everybody who is
// asked has an Entry. Entries are only ever appended and their opinions never
// change: who transfers, delegates, adds somebody or takes an opinion back
// leaves his entry where it is and gets or gives another one, which names the
// entry that it comes from. An Entry that a state holds is never written to
// again; a change puts a new one in its place, so that two states share what is
// alike in both.
//
// # Laws
//
// They hold in whatever order acts come, and however many at once:
//
//  1. An accepted act is counted once; no entry and no opinion disappears, not
//     by a return and not by a resubmission.
//  2. A step that has heard everybody it must hear is decided in the same act:
//     no open sign-off has all its opinions in.
//  3. An open sign-off waits for somebody, and each one it waits for has exactly
//     one waiting entry.
//  4. The last signer of a step cannot vanish without the step being decided: to
//     remove the only one who counts is refused.
//  5. A sign-off that is not open waits for nobody.
//  6. The order of simultaneous opinions does not change the result of a step
//     that must hear everybody and collects.
//  7. A quorum passes with the opinion that reaches its threshold, and fails with
//     the one that puts it out of reach.
//  8. Who was added to a vote does not change its threshold: in any and quorum
//     his opinion is heard and not counted.
//  9. An opinion binds the digest of what was signed. One that names another
//     digest is refused with what has changed.
//  10. A new round asks anew for what has changed; an opinion that is carried
//     over is marked so, and only on a part that is the same.
//  11. Each round and each step has a due moment of its own: a return arms it
//     again.
//  12. What was decided by the clock or by a supervisor is marked so for ever.
//  13. An act that is refused changes nothing, and one that is tried leaves the
//     state that it was tried on alone.
package approval
