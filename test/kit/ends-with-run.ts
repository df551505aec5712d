// Set-up of every test file that starts something: when the run is ended, its processes end with it. Otherwise a test
// would go on for nobody until its end, with all that it has started.
process.once('disconnect', () => process.exit(1));
