import Core

/// Transfers through the HTTP service that AVR runs beside Asterisk (`avr-ami`, port 6006): `POST /transfer` with `uuid`,
/// `exten`, `context`, `priority`; 200 once Asterisk took the redirect, 404 when it does not know the call.
@EngineActor
public final class AMIService: CallControl {
    private let base: URLParts
    private let opener: any LinkOpener

    /// A service at `base`.
    public init(base: URLParts, opener: any LinkOpener) {
        self.base = base
        self.opener = opener
    }

    public func transfer(
        callID: String, to target: TransferTarget, timeout: Duration,
        done: @escaping @EngineActor (ToolFailure?) -> Void
    ) -> ToolCancel? {
        var body: JSONValue = ["uuid": .string(callID), "exten": .string(target.exten)]
        if let context = target.context { body["context"] = .string(context) }
        if let priority = target.priority { body["priority"] = .int(Int64(priority)) }
        var url = base
        url.path = (base.path == "/" ? "" : base.path) + "/transfer"
        let endpoint = HTTPEndpoint(
            method: "POST", url: url,
            headers: [HeaderField("Content-Type", "application/json"), HeaderField("Accept", "application/json")],
            body: .whole(body.bytes), timeout: timeout)
        let fetch = HTTPFetch(endpoint, opener: opener, bound: 64 << 10) { result in
            switch result {
            case .failure(let failure): done(ToolFailure("the transfer service: \(failure.text)"))
            case .success(let answer) where (200..<300).contains(answer.status): done(nil)
            case .success(let answer):
                let message = (try? JSONParser.parse(answer.body))?["message"]?.string
                done(ToolFailure(message ?? "the transfer service answered with status \(answer.status)"))
            }
        }
        return { fetch.cancel() }
    }
}
