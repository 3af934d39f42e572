package rules

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the seal
	"encoding/gob"
	"sync"

	"scaleadvise/advisor/rule"
)

// The catalogue is checked whenever it changes and sealed then, so that the program need not
// read YAML and check expressions at every start. A seal of other files is passed over: the
// catalogue is then slower to load and otherwise the same.
//
//go:generate go test -run "TestSealIsOfTheseFiles|TestReadmeListsTheRules" -update .

//go:embed catalogue.seal
var sealText []byte

// seal is what reading the catalogue gave, with what it was made of.
type seal struct {
	LessonSum [sha256.Size]byte
	Lesson    lesson
	Rules     []byte // rule.Seal of the rules
}

var ourSeal = sync.OnceValue(func() seal {
	var s seal
	if err := gob.NewDecoder(bytes.NewReader(sealText)).Decode(&s); err != nil {
		return seal{} // fits no file
	}
	return s
})

// lessonOf gives the sealed lesson where it is of this text.
func (s seal) lessonOf(text []byte) (lesson, bool) {
	return s.Lesson, s.LessonSum == sha256.Sum256(text)
}

// sealed reads, checks and seals a catalogue.
func sealed(c catalogue, lessonText []byte) ([]byte, error) {
	set, err := rule.Seal(c.sources, c.principles())
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = gob.NewEncoder(&b).Encode(seal{sha256.Sum256(lessonText), c.lesson, set})
	return b.Bytes(), err
}
