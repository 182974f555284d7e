package config

import (
	"fmt"
	"strings"
)

// didYouMean is ` (did you mean "x"?)` for the nearest of known, or nothing.
func didYouMean(word string, known []string) string {
	best, nearest := min(len(word)/3, 3)+1, ""
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < best {
			best, nearest = d, k
		}
	}
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", nearest)
}

// distance counts the single-letter edits between a and b (Levenshtein).
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left, diagonal := i+1, row[0]
		row[0] = left
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			left = min(cost, diagonal+1, left+1)
			row[j+1] = left
		}
	}
	return row[len(b)]
}
