import Core

/// One text on its way through the synthesiser: sentence by sentence, so that the first sound comes
/// early; a cancellation is seen between pieces of 100 ms.
struct SpokenText: Sendable {
    var id: Int
    var sentences: [String]
    var voice: Synthesizer.Voice
    var session: SpeechSession

    /// Speaks all of it to `send`: `begun`, PCM messages, `ended`. Synthesiser thread.
    func speak(
        by synthesizer: Synthesizer, asked: MonotonicTime,
        _ send: @escaping @Sendable (LinkMessageKind, [UInt8]) -> Void
    ) {
        var made = 0
        var hasBegun = false
        for sentence in sentences where !session.isCancelled(id) {
            made += synthesizer.speak(sentence, voice: voice) { piece in
                guard !session.isCancelled(id) else { return false }
                if !hasBegun {
                    hasBegun = true
                    let ms = (MonotonicTime.now() - asked).milliseconds
                    send(.text, SpeechReport.begun(id: id, ms: ms).json.bytes)
                }
                send(.binary, message(piece))
                return true
            }
        }
        let cut = session.isCancelled(id)
        session.ended(id)
        send(.text, SpeechReport.ended(id: id, ms: Double(made) / 16, cancelled: cut).json.bytes)
    }

    /// Four bytes id, then the samples, all little endian.
    private func message(_ pcm: ArraySlice<Int16>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + 2 * pcm.count)
        let number = UInt32(truncatingIfNeeded: id)
        for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        for sample in pcm {
            bytes.append(UInt8(truncatingIfNeeded: sample))
            bytes.append(UInt8(truncatingIfNeeded: sample >> 8))
        }
        return bytes
    }
}
