package detector

// UnderRace tells the tests outside that simulations are to be cut short.
const UnderRace = underRace
