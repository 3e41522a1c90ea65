import Core
import Testing

@testable import Conversations

/// Every wire message once, with its body, whoever named it.
@Suite struct WireTracerTests {
    @Test func namedMessagesGetTheirBodyAndTheOthersAreAdded() {
        var tracer = WireTracer()
        let (one, two) = (Array(#"{"type":"a"}"#.utf8), Array(#"{"type":"response.cancel"}"#.utf8))
        tracer.note(.sent, .text, one.span)
        tracer.note(.sent, .text, two.span)
        tracer.note(.received, .binary, [1, 2, 3].span)
        let named = tracer.complete(WireMessage(source: "", direction: .sent, type: "mine", bytes: one.count))
        #expect(named.type == "mine" && named.body == #"{"type":"a"}"#)
        #expect(tracer.complete(WireMessage(source: "", direction: .received, type: "audio", bytes: 3)).body == nil)
        let rest = tracer.rest()
        #expect(rest.map(\.type) == ["response.cancel"] && rest[0].bytes == two.count && rest[0].body != nil)
        #expect(tracer.rest().isEmpty)
    }
}
