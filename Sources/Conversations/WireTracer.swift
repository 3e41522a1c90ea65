import Core

/// Makes sure that while tracing is on every wire message is in the log once, with its body. Providers name most messages
/// themselves; this adds the bodies, and the messages that nobody named. A value of a slot; engine thread.
struct WireTracer {
    private struct Raw {
        var direction: WireMessage.Direction
        var bytes: Int
        var type: String?
        var body: String?
        var isBinary: Bool
    }

    private var waiting: [Raw] = []

    /// A message that came or was sent in this call.
    mutating func note(_ direction: WireMessage.Direction, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        let read = kind == .binary ? nil : WireBody.read(payload)
        waiting.append(
            Raw(
                direction: direction, bytes: payload.count, type: read?.type, body: read?.body,
                isBinary: kind == .binary))
    }

    /// What a provider named, with the body of the message it means.
    mutating func complete(_ message: WireMessage) -> WireMessage {
        let same = waiting.firstIndex { $0.direction == message.direction && $0.bytes == message.bytes }
        guard let index = same ?? waiting.firstIndex(where: { $0.direction == message.direction }) else {
            return message
        }
        var message = message
        message.body = waiting.remove(at: index).body
        return message
    }

    /// The messages of this call that nobody named.
    mutating func rest() -> [WireMessage] {
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting.map { raw in
            var message = WireMessage(
                source: "", direction: raw.direction, type: raw.type ?? (raw.isBinary ? "binary" : "data"),
                bytes: raw.bytes)
            message.body = raw.body
            return message
        }
    }
}
