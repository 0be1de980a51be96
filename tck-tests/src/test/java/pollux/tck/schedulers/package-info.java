/** What a scheduler made of a spawner must do, for Reactor and RxJava alike. */
package pollux.tck.schedulers;
