package models_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func TestQuestionsAreCountedAndAnsweredOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ask := func(id, contact, words string) {
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.AskQuestion(models.Question{ID: id, ContactID: contact, CaseID: "case-" + id, Near: "bath", Words: words})
			}))
		}
		ask("q1", "web:a", "猫能吃三文鱼吗？")
		ask("q2", "web:b", "狗狗会冷吗")
		ask("q3", "web:c", " 猫能吃三文鱼吗")
		list, err := db.OpenQuestions(bg(), 10)
		require.NoError(t, err)
		require.Len(t, list, 2)
		assert.Equal(t, 2, list[0].Count)
		assert.Equal(t, "q3", list[0].ID, "the newest of those who ask the same")
		assert.Equal(t, "猫能吃三文鱼吗", list[0].Words[1:])
		assert.Equal(t, "q2", list[1].ID)
		one, err := db.OpenQuestions(bg(), 1)
		require.NoError(t, err)
		assert.Len(t, one, 1)

		same, err := db.SameQuestions(bg(), list[0].Key)
		require.NoError(t, err)
		require.Len(t, same, 2)
		assert.Equal(t, "q1", same[0].ID)
		settle := func(id string) error {
			return db.Do(bg(), write(func(tx *models.Tx) error {
				return tx.SettleQuestion(id, models.QuestionAnswered, "少量、去刺", "staff-1")
			}))
		}
		require.NoError(t, settle("q1"))
		require.ErrorIs(t, settle("q1"), models.ErrGone)
		q, err := db.QuestionByID(bg(), "q1")
		require.NoError(t, err)
		assert.Equal(t, models.QuestionAnswered, q.State)
		assert.Equal(t, "少量、去刺", q.Answer)
		assert.Equal(t, "staff-1", q.By)
		_, err = db.QuestionByID(bg(), "nothing")
		require.ErrorIs(t, err, models.ErrNotFound)

		reason, err := db.Stands(bg(), "Question/q1", 0)
		require.NoError(t, err)
		assert.Empty(t, reason)
	})
}

func TestKnowledgeOfStaff(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		k := models.Knowledge{ID: "k1", Question: "猫能吃三文鱼吗", Answer: "少量、去刺", By: "staff-1"}
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.AddKnowledge(k) }))
		list, err := db.Knowledge(bg())
		require.NoError(t, err)
		require.Len(t, list, 1)
		assert.True(t, list[0].CreatedAt.Equal(storetest.Start()))
		list[0].CreatedAt = k.CreatedAt
		assert.Equal(t, k, list[0])
		other := k
		other.Answer = "不能"
		assert.NotEqual(t, k.Hash(), other.Hash())
	})
}
