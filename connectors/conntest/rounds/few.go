//go:build !integration

package rounds

const everything = false
