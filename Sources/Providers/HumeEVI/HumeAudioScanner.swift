/// Finds the parts of an `audio_output` without building a JSON value: a flat object, keys in any order.
struct HumeAudioScanner {
    /// Where the parts stand.
    struct Hit: Equatable {
        var id: Range<Int>
        var data: Range<Int>
    }

    /// The parts, or nil when the general parser must look.
    static func scan(_ message: UnsafeBufferPointer<UInt8>) -> Hit? {
        guard message.count > 60 else { return nil }
        var cursor = JSONCursor(message)
        guard cursor.take(UInt8(ascii: "{")) else { return nil }
        var (id, data): (Range<Int>?, Range<Int>?)
        var isAudio = false
        repeat {
            guard let key = cursor.shortString(), cursor.take(UInt8(ascii: ":")) else { return nil }
            if cursor.matches(key, "type"), !isAudio {
                guard let value = cursor.shortString(), cursor.matches(value, "audio_output") else { return nil }
                isAudio = true
            } else if cursor.matches(key, "id"), id == nil {
                guard let value = cursor.shortString() else { return nil }
                id = value
            } else if cursor.matches(key, "data"), data == nil {
                guard let value = cursor.longString() else { return nil }
                data = value
            } else if cursor.matches(key, "index") {
                guard cursor.smallNumber() != nil else { return nil }
            } else if cursor.matches(key, "custom_session_id") {
                guard cursor.word("null") || cursor.shortString() != nil else { return nil }
            } else {
                return nil
            }
        } while cursor.take(UInt8(ascii: ","))
        guard cursor.take(UInt8(ascii: "}")), cursor.isAtEnd(), isAudio, let id, let data else { return nil }
        return Hit(id: id, data: data)
    }
}
