package report

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What is said can be read on what it stands on, by day and by night: WCAG 2.1, 1.4.3 wants a
// contrast of 4.5 to 1.
func TestContrast(t *testing.T) {
	b, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		t.Fatal(err)
	}
	themes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(b), -1)
	if len(themes) != 2 {
		t.Fatalf("there are %d themes", len(themes))
	}
	for i, theme := range themes {
		colour := map[string]float64{}
		for _, c := range regexp.MustCompile(`--([\w-]+): #([0-9a-f]+)`).FindAllStringSubmatch(theme[1], -1) {
			colour[c[1]] = luminance(t, c[2])
		}
		for ink, grounds := range map[string]string{"ink": "bg card chip good bad doubt", "soft": "bg card chip good bad doubt", "link": "bg card"} {
			for _, ground := range strings.Fields(grounds) {
				light, dark := math.Max(colour[ink], colour[ground]), math.Min(colour[ink], colour[ground])
				if c := (light + 0.05) / (dark + 0.05); c < 4.5 {
					t.Errorf("theme %d: %s on %s has a contrast of %.2f", i, ink, ground, c)
				}
			}
		}
	}
}

// luminance is that of sRGB: WCAG 2.1, relative luminance.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	var out float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		out += weight * c
	}
	return out
}
