package store

// Models gives the tests the list of tables.
var Models = models
