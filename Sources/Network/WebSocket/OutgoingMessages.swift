import CWebSockets
import Core

/// Messages that wait for a socket to become writable, each with room before it for its frame header.
struct OutgoingMessages {
    private var messages: [(opcode: Int32, frame: [UInt8])] = []
    private var start = 0
    /// Payload bytes waiting (an empty message counts as one).
    private(set) var bytes = 0

    var isEmpty: Bool { start == messages.count }

    /// Appends a copy of `payload`.
    mutating func append(_ opcode: Int32, _ payload: Span<UInt8>) {
        let headroom = Int(cws_headroom)
        let frame = [UInt8](unsafeUninitializedCapacity: headroom + payload.count) { memory, count in
            memory[..<headroom].initialize(repeating: 0)
            payload.withUnsafeBufferPointer { bytes in
                if let to = memory.baseAddress, let from = bytes.baseAddress {
                    (to + headroom).initialize(from: from, count: bytes.count)
                }
            }
            count = headroom + payload.count
        }
        messages.append((opcode, frame))
        bytes += max(1, payload.count)
    }

    /// Takes the first message out and sends it on `wsi`; false when the connection is dead.
    mutating func sendFirst(_ wsi: OpaquePointer) -> Bool {
        guard !isEmpty else { return true }
        let headroom = Int(cws_headroom)
        let opcode = messages[start].opcode
        let count = messages[start].frame.count - headroom
        let sent = messages[start].frame.withUnsafeMutableBufferPointer { frame in
            frame.baseAddress.map { cws_send(wsi, $0 + headroom, count, opcode) == 0 } ?? false
        }
        messages[start].frame = []
        start += 1
        bytes -= max(1, count)
        if isEmpty {
            messages.removeAll(keepingCapacity: true)
            start = 0
        }
        return sent
    }

    /// Forgets all.
    mutating func removeAll() { self = OutgoingMessages() }
}
