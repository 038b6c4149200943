package main

import (
	"net/http"
	"time"
)

// answerWithin is how long a server may take to begin its answer.
const answerWithin = 2 * time.Minute

// plainClient is connectors.Env.HTTP: the standard library's client, its proxy
// from the environment, with a bound on every wait but that for a body, which may
// be large.
func plainClient() *http.Client {
	line := http.DefaultTransport.(*http.Transport).Clone() // bounds dialling and TLS
	line.ResponseHeaderTimeout = answerWithin
	return &http.Client{Transport: line}
}
