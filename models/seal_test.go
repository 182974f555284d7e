package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/models"
)

// A key set is rotated in two steps, so that no copy ever meets what it cannot read.
func TestRotateDataKey(t *testing.T) {
	old, err := models.NewDataKey()
	require.NoError(t, err)
	added, err := models.AddDataKey(old)
	require.NoError(t, err)
	promoted, err := models.PromoteDataKey(added)
	require.NoError(t, err)

	seal := func(key string) []byte {
		a, err := models.ParseDataKey(key)
		require.NoError(t, err)
		sealed, err := a.Encrypt([]byte("豆豆"), nil)
		require.NoError(t, err)
		return sealed
	}
	opens := func(key string, sealed []byte) bool {
		a, err := models.ParseDataKey(key)
		require.NoError(t, err)
		plain, err := a.Decrypt(sealed, nil)
		return err == nil && string(plain) == "豆豆"
	}
	require.True(t, opens(added, seal(old)))
	require.True(t, opens(old, seal(added)), "the added key does not encrypt yet")
	require.True(t, opens(added, seal(promoted)))
	require.True(t, opens(promoted, seal(old)))
	require.False(t, opens(old, seal(promoted)))

	_, err = models.AddDataKey("correct horse battery staple")
	require.ErrorContains(t, err, "passphrase")
}
