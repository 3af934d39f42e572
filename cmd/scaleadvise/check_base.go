package main

func (k *checker) readBase() error { return nil }
