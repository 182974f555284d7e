package nlu

import (
	"strings"
	"sync"
)

// englishWords are English words that could be read as pinyin.
var englishWords = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq("a i an can me he she you man men pen ten women same change range long song sun fan fun run dang die gene hang menu line fine wine mine like" +
		" bite hi be we wait pain lane long bang ban bin bone done gone gun home hope hen dose dean lie pie tie lean mean bean den wan wen pan tan to go so no do of on in at it" +
		" mange tongue hue pin pine shine cone cage age sage ate late date rate name tame made fade came dame same game nine dine wine june juan guide huge shame she then than chin chine china") {
		m[w] = true
	}
	return m
})
