import Testing

@testable import Conversations

@Suite struct UplinkBufferTests {
    private func take(_ buffer: inout UplinkBuffer, _ limit: Int = 1000) -> [Int16] {
        var all: [Int16] = []
        var more = true
        while more {
            more = buffer.take(limit) { piece in for i in 0..<piece.count { all.append(piece[i]) } }
        }
        return all
    }

    @Test func whatIsWrittenIsTakenOnceAcrossTheEdge() {
        var buffer = UplinkBuffer(capacity: 10)
        var next: Int16 = 0
        var got: [Int16] = []
        for count in [3, 4, 5, 9, 1, 10] {
            let pcm = (0..<count).map { _ -> Int16 in
                next += 1
                return next
            }
            buffer.write(pcm.span)
            got += take(&buffer, 4)
        }
        #expect(got == (1...next).map { $0 } && buffer.lost == 0)
    }

    @Test func whatIsOverwrittenUnsentIsCounted() {
        var buffer = UplinkBuffer(capacity: 10)
        let pcm = (0..<25).map { Int16($0) }
        buffer.write(pcm.span)
        #expect(buffer.lost == 15)
        #expect(take(&buffer) == (15..<25).map { Int16($0) })
    }

    @Test func seekingBackSendsAgainAndIsNoLoss() {
        var buffer = UplinkBuffer(capacity: 100)
        let pcm = (0..<50).map { Int16($0) }
        buffer.write(pcm.span)
        _ = take(&buffer)
        buffer.seek(40)
        #expect(take(&buffer).count == 10 && buffer.lost == 0)
        buffer.seek(-5)
        #expect(buffer.cursor == 0)
        buffer.seek(1000)
        #expect(buffer.cursor == 50)
    }
}
