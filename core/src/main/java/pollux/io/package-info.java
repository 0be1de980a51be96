/**
 * Sockets and files without blocking: {@link pollux.io.TcpListener}, {@link pollux.io.TcpStream},
 * {@link pollux.io.UdpSocket}, {@link pollux.io.AsyncFile}, and what is built on {@link pollux.io.AsyncReader} and
 * {@link pollux.io.AsyncWriter}. The far end of a socket is where hop 1 of such a value begins; {@code SelectorDriver}
 * is hop 7's idle worker, {@code Direction} is hop 3 for one direction of one socket, {@code SocketFuture} is hop 10.
 */
package pollux.io;
