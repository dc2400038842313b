package dispatch

// edition is that of the rules by which processes live that are opened from now
// on. Each keeps the one with which it was opened, so that its history always
// leads to the same end.
//
//	0: an accepted answer ends its order; a supervisor reassigns at once; the
//	   ladder's 通报 and 约谈 are notices only.
//	1: an answer names measures and a date, which is watched; the unit that shall
//	   take an assignment over is asked for its consent; 通报 and 约谈 raise the
//	   order, or issue one.
//	2: a notice of the ladder names the channels of its rung.
//	3: a request for a later date is late from the due moment on, and not only from
//	   when the clock has said so, some seconds later.
//	4: a new date lies after today in the plan's zone, and no further ahead than a
//	   plan runs, a talk within a year; where orders are made of lights, the process
//	   also looks before an act that may change the light.
const edition = 4
