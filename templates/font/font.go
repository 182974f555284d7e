// Package font holds the typeface of pictures and documents: one that has
// every Han character, so that no name is drawn as a box.
package font

import _ "embed" // the font is part of the program

//go:embed wqy-microhei.ttf
var data []byte

// Data is the TrueType file of WenQuanYi Micro Hei. It must not be written to.
func Data() []byte { return data }
