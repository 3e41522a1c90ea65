import Testing

@testable import Terminal

@Suite struct KeyTests {
    @Test(arguments: [
        ("x", KeyChord("x")), ("X", KeyChord("X")), ("-", KeyChord("-")), ("ctrl-x", KeyChord("x", .ctrl)),
        ("space", KeyChord(" ")), ("f1", KeyChord(.function(1))), ("shift-tab", KeyChord(.tab, .shift)),
        ("ctrl-alt-left", KeyChord(.left, [.ctrl, .alt])), ("?", KeyChord("?")), ("alt--", KeyChord("-", .alt)),
        ("pagedown", KeyChord(.pageDown)),
    ])
    func namesGoBothWays(name: String, chord: KeyChord) throws {
        #expect(try KeyChord(parsing: name) == chord)
        #expect(chord.description == name)
    }

    @Test func spellingIsForgiving() throws {
        #expect(try KeyChord(parsing: "Ctrl-F5") == KeyChord(.function(5), .ctrl))
        #expect(try KeyChord(parsing: "ESC") == KeyChord(.escape))
    }

    @Test(arguments: ["", "ctrl-", "f99", "hyper-x", "abc"])
    func unknownNamesSayWhatIsKnown(name: String) {
        let error = #expect(throws: KeyNameError.self) { try KeyChord(parsing: name) }
        #expect(error?.description.contains("pageup") == true)
    }
}
