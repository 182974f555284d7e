// Zhenban 诊伴 is a clinic's chat assistant.
package main

func main() {}
