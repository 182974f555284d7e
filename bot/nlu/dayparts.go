package nlu

// daypart is a named part of the day.
type daypart int

const (
	noPart    daypart = iota
	dawn              // 凌晨
	early             // 早上
	forenoon          // 上午
	noon              // 中午
	afternoon         // 下午
	dusk              // 傍晚
	evening           // 晚上
	deepNight         // 半夜: the hours after midnight belong to the night before
	am
	pm
)

// hours is the span of a daypart and the point that stands for it; see Time for the convention.
func (p daypart) hours() (from, to, point int) {
	switch p {
	case dawn:
		return 0, 6, 0
	case early:
		return 6, 10, 6
	case forenoon:
		return 8, 12, 9
	case noon:
		return 11, 13, 12
	case afternoon:
		return 12, 18, 15
	case dusk:
		return 17, 19, 18
	case evening:
		return 18, 24, 22
	case deepNight:
		return 22, 30, 24
	case am:
		return 6, 12, 9
	case pm:
		return 12, 18, 15
	}
	return 0, 24, 0
}

// hour24 brings a spoken hour into the day; 24 and more are the next day's.
func (p daypart) hour24(h int) int {
	if h > 12 {
		return h
	}
	switch p {
	case dawn, am:
		return h % 12
	case noon:
		if h < 9 {
			return h + 12
		}
	case afternoon, dusk, pm:
		if h < 12 {
			return h + 12
		}
	case evening:
		switch {
		case h == 12:
			return 24
		case h < 5:
			return h + 24
		default:
			return h + 12
		}
	case deepNight:
		switch {
		case h == 12:
			return 24
		case h < 6:
			return h + 24
		default:
			return h + 12
		}
	}
	return h
}
