// Package migrate answers: how does a deployment move to other topics, another number of
// partitions or another cluster?
//
// A division writes the log anew. What was learned of each account is taken over byte for
// byte, and so are the alerts with their answers: nobody is told anything twice, and what
// retention has removed from the topic is still known.
package migrate
