import Core
import Testing

@testable import Conversations

@Suite struct ProviderHealthBookTests {
    @Test func foldsConnectionsAndFailures() {
        var book = ProviderHealthBook()
        let now = WallTime.now()
        var taken = [book.take(ProviderChange(provider: "a", state: .connecting), at: now)]
        for ms in [30.0, 10, 20] {
            taken.append(book.take(ProviderChange(provider: "a", state: .ready, connectMs: ms), at: now))
        }
        #expect(book.all.first?.connectP50Ms == 20 && book.all.first?.isReachable == true)
        taken.append(book.take(ProviderChange(provider: "a", state: .failed, reason: "no key"), at: now))
        #expect(taken == [false, true, true, true, true])
        let a = book.all[0]
        #expect(a.connects == 3 && a.failures == 1 && a.lastError == "no key" && a.isReachable == false)
        #expect(a.lastErrorAt == now && a.connectP50Ms == 20)
    }

    @Test func keepsTheNewestTimes() {
        var book = ProviderHealthBook()
        for ms in 0..<300 {
            _ = book.take(ProviderChange(provider: "a", state: .ready, connectMs: Double(ms)), at: .now())
        }
        #expect(book.all[0].connectP50Ms == 250)
    }
}
