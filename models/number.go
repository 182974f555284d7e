package models

import (
	"crypto/rand"
	"fmt"
	"math/big"
)

// newNumber makes a number that is typed easily: a letter and seven digits.
func newNumber(letter string) string {
	n, err := rand.Int(rand.Reader, big.NewInt(9_000_000))
	if err != nil {
		panic(err) // the system has no randomness
	}
	return fmt.Sprintf("%s%07d", letter, n.Int64()+1_000_000)
}
