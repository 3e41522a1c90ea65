import Core
import TestKit
import Testing

@testable import LanguageModels

@Suite struct AVRFramesTests {
    private static func text(_ bytes: [UInt8], cuts: [Int]) -> String {
        var frames = AVRFrames()
        var said = ""
        func take(_ piece: AVRFrames.Piece) {
            switch piece {
            case .text(let text): said += text
            case .object(let json): if json["type"]?.string == "text" { said += json["content"]?.string ?? "" }
            }
        }
        var start = 0
        for cut in cuts + [bytes.count] {
            frames.read(bytes.span.extracting(start..<cut), take)
            start = cut
        }
        frames.finish(take)
        return said
    }

    private static let said = #"Grüß 你 😀 {"not": "a frame"} }{ " \ end"#

    @Test func readsObjectsCutAnywhere() {
        let one: JSONValue = ["type": "text", "content": .string(Self.said)]
        let other: JSONValue = ["type": "future", "data": [1, ["x": "}"]]]
        let bytes = one.bytes + other.bytes + Array(" \r\n".utf8) + one.bytes
        for first in 0..<bytes.count {
            #expect(Self.text(bytes, cuts: [first]) == Self.said + Self.said)
        }
        #expect(Self.text(bytes, cuts: Array(0..<bytes.count)) == Self.said + Self.said)
    }

    @Test(arguments: [Self.said, #"{"half": "an object"} and text"#, "{", ""])
    func readsBareTextCutAnywhere(_ text: String) {
        let bytes = Array(text.utf8)
        for first in 0...bytes.count { #expect(Self.text(bytes, cuts: [first]) == text) }
        #expect(Self.text(bytes, cuts: Array(0..<bytes.count)) == text)
    }

    @Test func holdsNoMoreThanItsBound() {
        var frames = AVRFrames()
        let piece = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        frames.read(Array(#"{"type":"text","content":"a"}{"x":"#.utf8).span) { _ in }
        for _ in 0..<30 { frames.read(piece.span) { _ in } }
        #expect(frames.heldBytes <= AVRFrames.bound + piece.count && frames.skipped > 0)
    }
}
