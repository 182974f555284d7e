package nlu

// intent is a placeholder until the rules stand.
func (t *text) intent(res *Result) (Intent, float64) {
	if in, ok := commandOf(t); ok {
		return in, 1
	}
	return IntentUnknown, 0
}
