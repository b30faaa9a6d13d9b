package partner

// Held is what is held about a person.
var Held = held
