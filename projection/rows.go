// Package projection holds the rows that processes show to readers, and how
// one change of a process reaches them: only what differs is sent, together
// with the events and notices of the change.
package projection

import "time"

// AnnualTarget is one task in one year (年度目标).
type AnnualTarget struct {
	ID        string `json:"id" gorm:"primaryKey;size:64"`
	PlanID    string `json:"plan" gorm:"size:64"`
	TaskKey   int    `json:"task"`
	TaskNo    string `json:"taskNo" gorm:"size:32"`
	Title     string `json:"title" gorm:"size:255"`
	Programme string `json:"programme" gorm:"size:255"`
	Year      int    `json:"year"`
	Status    string `json:"status" gorm:"size:32"`
	LeadUnit  string `json:"leadUnit" gorm:"size:64"`
	LeadName  string `json:"leadName" gorm:"size:255"`
	// Detail is JSON: the requirement, all units, excuses and the completion
	// report.
	Detail       string     `json:"detail" gorm:"type:text"`
	Assignments  int        `json:"assignments"`
	Closed       int        `json:"closed"` // assignments that are closed
	Overdue      int        `json:"overdue"`
	OpenedAt     time.Time  `json:"openedAt"`
	DispatchedAt *time.Time `json:"dispatchedAt"`
	ClosedAt     *time.Time `json:"closedAt"`
}

// Item is one line of a decomposition (分解项).
type Item struct {
	ID       string `json:"id" gorm:"primaryKey;size:96"`
	TargetID string `json:"annualTarget" gorm:"size:64"`
	Key      int    `json:"key"`
	UnitID   string `json:"unit" gorm:"size:64"`
	UnitName string `json:"unitName" gorm:"size:255"`
	Content  string `json:"content" gorm:"type:text"`
	// TargetKey names the target of the task that the item serves.
	TargetKey string `json:"targetKey" gorm:"size:32"`
	Amount    *int64 `json:"amount"` // ten-thousandths
	Measure   string `json:"measure" gorm:"size:32"`
	DueDate   string `json:"dueDate" gorm:"size:10"`
}

// Assignment is a dispatched item at one responsible unit (任务单).
type Assignment struct {
	ID             string     `json:"id" gorm:"primaryKey;size:64"`
	TargetID       string     `json:"annualTarget" gorm:"size:64"`
	PlanID         string     `json:"plan" gorm:"size:64"`
	ItemKey        int        `json:"item"`
	UnitID         string     `json:"unit" gorm:"size:64"`
	UnitName       string     `json:"unitName" gorm:"size:255"`
	LeadUnit       string     `json:"leadUnit" gorm:"size:64"`
	TaskNo         string     `json:"taskNo" gorm:"size:32"`
	Title          string     `json:"title" gorm:"size:255"`
	Content        string     `json:"content" gorm:"type:text"`
	Amount         *int64     `json:"amount"`  // ten-thousandths
	Reached        *int64     `json:"reached"` // as last reported
	Measure        string     `json:"measure" gorm:"size:32"`
	Status         string     `json:"status" gorm:"size:32"`
	Outcome        string     `json:"outcome" gorm:"size:32"`
	DueDate        string     `json:"dueDate" gorm:"size:10"`
	FirstDueDate   string     `json:"firstDueDate" gorm:"size:10"`
	DueAt          time.Time  `json:"dueAt"`
	Overdue        bool       `json:"overdue"`
	Evidence       string     `json:"evidence" gorm:"type:text"`
	ReviewComment  string     `json:"reviewComment" gorm:"type:text"`
	DispatchedAt   time.Time  `json:"dispatchedAt"`
	AcknowledgedAt *time.Time `json:"acknowledgedAt"`
	SubmittedAt    *time.Time `json:"submittedAt"`
	ClosedAt       *time.Time `json:"closedAt"`
}

// Report is a progress report on an assignment.
type Report struct {
	ID           string    `json:"id" gorm:"primaryKey;size:96"`
	AssignmentID string    `json:"assignment" gorm:"size:64"`
	N            int       `json:"n"`
	UserID       string    `json:"user" gorm:"size:64"`
	UserName     string    `json:"userName" gorm:"size:255"`
	At           time.Time `json:"at"`
	Text         string    `json:"text" gorm:"type:text"`
	Percent      int       `json:"percent"`
	Amount       *int64    `json:"amount"`
}

// Extension is a later date that was asked for (延期).
type Extension struct {
	ID           string    `json:"id" gorm:"primaryKey;size:96"`
	AssignmentID string    `json:"assignment" gorm:"size:64"`
	N            int       `json:"n"`
	FromDate     string    `json:"fromDate" gorm:"size:10"`
	ToDate       string    `json:"toDate" gorm:"size:10"`
	Reason       string    `json:"reason" gorm:"type:text"`
	Progress     string    `json:"progress" gorm:"type:text"`
	Status       string    `json:"status" gorm:"size:32"`
	AskedAt      time.Time `json:"askedAt"`
}

// Supervision is an order on an overdue assignment (督办单).
type Supervision struct {
	ID             string     `json:"id" gorm:"primaryKey;size:64"`
	AssignmentID   string     `json:"assignment" gorm:"size:64"`
	TargetID       string     `json:"annualTarget" gorm:"size:64"`
	PlanID         string     `json:"plan" gorm:"size:64"`
	N              int        `json:"n"`
	Number         string     `json:"number" gorm:"size:64"` // 督〔2026〕3号
	UnitID         string     `json:"unit" gorm:"size:64"`
	UnitName       string     `json:"unitName" gorm:"size:255"`
	SupervisorUnit string     `json:"supervisorUnit" gorm:"size:64"`
	Title          string     `json:"title" gorm:"size:255"`
	Reason         string     `json:"reason" gorm:"type:text"`
	Status         string     `json:"status" gorm:"size:32"`
	Outcome        string     `json:"outcome" gorm:"size:32"`
	Raised         bool       `json:"raised"` // its reply deadline passed without an answer
	Answer         string     `json:"answer" gorm:"type:text"`
	Decision       string     `json:"decision" gorm:"type:text"`
	IssuedAt       time.Time  `json:"issuedAt"`
	ReplyDueAt     *time.Time `json:"replyDueAt"`
	AnsweredAt     *time.Time `json:"answeredAt"`
	ClosedAt       *time.Time `json:"closedAt"`
}

// SignOff is a subject on its way through its signers (会签).
type SignOff struct {
	ID        string    `json:"id" gorm:"primaryKey;size:96"`
	Instance  string    `json:"-" gorm:"size:128"` // the process that hosts it
	Kind      string    `json:"kind" gorm:"size:32"`
	Title     string    `json:"title" gorm:"size:255"`
	Content   string    `json:"content" gorm:"type:text"`
	Digest    string    `json:"digest" gorm:"size:64"`
	Initiator string    `json:"initiator" gorm:"size:64"`
	Route     string    `json:"route" gorm:"type:text"` // JSON
	Status    string    `json:"status" gorm:"size:32"`
	Round     int       `json:"round"`
	Step      int       `json:"step"`
	OpenedAt  time.Time `json:"openedAt"`
}

// Signer is one signer in one step of one round, with the opinion given.
type Signer struct {
	ID        string     `json:"id" gorm:"primaryKey;size:160"`
	SignOffID string     `json:"signOff" gorm:"size:96"`
	N         int        `json:"n"` // order within the sign-off
	Round     int        `json:"round"`
	Step      int        `json:"step"`
	UnitID    string     `json:"unit" gorm:"size:64"`
	UnitName  string     `json:"unitName" gorm:"size:255"`
	Role      string     `json:"role" gorm:"size:32"`
	Status    string     `json:"status" gorm:"size:32"`
	Opinion   string     `json:"opinion" gorm:"size:32"`
	Comment   string     `json:"comment" gorm:"type:text"`
	UserID    string     `json:"user" gorm:"size:64"`
	UserName  string     `json:"userName" gorm:"size:255"`
	At        *time.Time `json:"at"`
	Digest    string     `json:"digest" gorm:"size:64"`
	InStead   bool       `json:"inStead"`
}

// Todo is one open entry of an inbox (待办): somebody of the unit with the role
// is waited for.
type Todo struct {
	ID       string     `json:"id" gorm:"primaryKey;size:192"`
	Instance string     `json:"instance" gorm:"size:128"`
	UnitID   string     `json:"unit" gorm:"size:64"`
	Role     string     `json:"role" gorm:"size:32"`
	Kind     string     `json:"kind" gorm:"size:32"` // sign, acknowledge, submit, review, …
	Title    string     `json:"title" gorm:"size:255"`
	Resource string     `json:"resource" gorm:"size:160"` // path below /api/v1
	Since    time.Time  `json:"since"`
	DueAt    *time.Time `json:"dueAt"`
}

// Party is a unit that an instance concerns, and that may therefore read it.
type Party struct {
	ID       string `json:"id" gorm:"primaryKey;size:192"`
	Instance string `json:"instance" gorm:"size:128"`
	UnitID   string `json:"unit" gorm:"size:64"`
}
