import Testing

@testable import Providers

@Suite struct UserTranscriptsTests {
    @Test func itemsDecideNotArrival() {
        var transcripts = UserTranscripts()
        let told = [
            transcripts.know("a"), transcripts.know("b"), transcripts.add("b", "two"), transcripts.add("a", "on"),
            transcripts.add("a", "e"), transcripts.finish("a", nil), transcripts.finish("a", "again"),
            transcripts.add("a", "x"), transcripts.finish("never seen", "kept"),
        ]
        #expect(told == [nil, nil, "two", "on", "one", "one", nil, nil, "kept"])
    }

    @Test func wordsOfUnknownItemsWait() {
        var transcripts = UserTranscripts()
        let told = [transcripts.add("x", "early"), transcripts.know("x"), transcripts.know("x")]
        #expect(told == [nil, "early", nil])
    }

    @Test func memoryIsBounded() {
        var transcripts = UserTranscripts()
        for n in 0..<1000 { _ = transcripts.finish("\(n)", "t") }
        let told = [transcripts.finish("0", "forgotten"), transcripts.finish("999", "known")]
        #expect(told == ["forgotten", nil])
    }
}
