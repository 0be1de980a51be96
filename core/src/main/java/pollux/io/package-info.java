/**
 * Sockets and files without blocking. Open first {@link pollux.io.TcpListener}, {@link pollux.io.TcpStream}, {@link
 * pollux.io.UdpSocket} and {@link pollux.io.AsyncFile}; then what is built on {@link pollux.io.AsyncReader} and {@link
 * pollux.io.AsyncWriter}: {@link pollux.io.TcpReader} and {@link pollux.io.TcpWriter}, the halves of a stream, {@link
 * pollux.io.AsyncBufferedReader} and {@link pollux.io.AsyncBufferedWriter}, and {@link
 * pollux.io.LimitExceededException}.
 *
 * <p>The far end of a socket is where hop 1 of such a value begins; {@code SelectorDriver} is hop 7's idle worker,
 * {@code Direction} is hop 3 for one direction of one socket, {@code SocketFuture} is hop 10.
 */
package pollux.io;
